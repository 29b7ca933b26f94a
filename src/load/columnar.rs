//! Parquet and Arrow files.
