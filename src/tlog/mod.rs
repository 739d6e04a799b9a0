//! A tamper-evident log of opaque records: bytes in, bytes out.
