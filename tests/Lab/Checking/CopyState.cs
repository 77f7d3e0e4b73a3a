namespace NodeAgent.Lab.Checking;

/// <summary>What a copy holds: the unbroken row of good records from the first, and what is wrong after it.</summary>
public sealed record CopyState(long Last, DateTimeOffset LastWrittenAt, long Beyond, IReadOnlyList<long> Corrupt);
