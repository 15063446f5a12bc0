"""Tables in and out: workbooks and text files are read in a child process, written as plain strings."""
