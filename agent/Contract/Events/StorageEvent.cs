namespace NodeAgent.Contract;

/// <summary>Something happened in the storage. A hint to look, never a fact to act on.</summary>
/// <param name="At">When, by this node's wall clock.</param>
/// <param name="Subject">What it concerns: a pool, device, resource or volume by its native name; empty for the whole backend.</param>
/// <param name="Native">The storage's own name for it: "ereport.fs.zfs.io".</param>
public sealed record StorageEvent(DateTimeOffset At, string Subject, string Native);
