"""Laws of convolutional recurrent networks near their critical point: derived, exported and verified.

    Z_{n+1} = phi( U (*) Z_n + I_n )

The public names stand in ``__init__.pyi``. Each is imported when it is first used, so that this import costs nothing.
"""

from nearcritical.public_names import lazy_module

__all__, __getattr__, __dir__ = lazy_module(__name__, __file__)
