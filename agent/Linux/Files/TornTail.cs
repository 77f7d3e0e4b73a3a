namespace NodeAgent.Linux.Files;

/// <summary>The end of a log that a crash left unfinished. It was never acknowledged, and is cut off.</summary>
/// <param name="Offset">Where it began.</param>
/// <param name="Bytes">How long it was.</param>
/// <param name="IsFullLength">
/// True if the batch had its full length and only its checksum was wrong: the crash came between size and content, or
/// the disk lost the last acknowledged batch. Worth a warning.
/// </param>
public sealed record TornTail(long Offset, long Bytes, bool IsFullLength);
