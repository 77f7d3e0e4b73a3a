namespace NodeAgent.Contract;

/// <summary>A run of bytes that may have changed.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Length">How long it is, in bytes; positive.</param>
/// <param name="IsZero">True if it now reads as zeros.</param>
public readonly record struct Extent(long Offset, long Length, bool IsZero);
