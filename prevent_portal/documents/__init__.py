"""Files: a file leaves only through the access rule of the thing that it hangs on."""
