"""What the system offers a program: files to read and write, and a terminal that shows how far the work is."""
