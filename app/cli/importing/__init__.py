"""A call as files: everything is read and checked first, then all of it is stored or nothing."""
