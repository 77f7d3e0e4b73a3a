namespace NodeAgent.Contract;

/// <summary>
/// What a copy held that gave way to the one an operator had chosen, kept by the storage below it. It is no unit: whoever reads or
/// deletes it does that with that storage's own programs.
/// </summary>
/// <param name="Of">The unit whose copy it was.</param>
/// <param name="KeptAs">What the storage calls it: GROUP/VOLUME of LVM, DATASET@SNAPSHOT of ZFS.</param>
/// <param name="DeletedBy">The command that deletes it.</param>
/// <param name="Since">When it was put away, by this node's wall clock; null if the storage does not tell.</param>
/// <param name="Bytes">Space it takes, at most that much is free without it; null if unknown.</param>
public sealed record GivenUpCopy(UnitId Of, string KeptAs, string DeletedBy, DateTimeOffset? Since, long? Bytes);
