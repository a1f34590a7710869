"""What people write and print, read into parts. Nothing here touches the database."""
