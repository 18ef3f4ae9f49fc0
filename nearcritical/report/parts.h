/* A function that writes both parts of a complex value, which ctypes cannot read.
 * given: the parameters in parentheses, double out[2] the last; arguments: their names in parentheses. */
#define PARTS(name, given, arguments)                 \
    void name##_parts given;                          \
    void name##_parts given                           \
    {                                                 \
        const double complex value = name arguments;  \
        out[0] = creal(value);                        \
        out[1] = cimag(value);                        \
    }
