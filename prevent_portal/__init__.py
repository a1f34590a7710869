"""The project package and the kernel that every room stands on."""
