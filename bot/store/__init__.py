"""What must survive. The only room with SQL: SQLite or PostgreSQL behind one URL, the same statements on both."""
