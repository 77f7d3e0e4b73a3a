namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>A volume of a resource, in the kernel's own words.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Minor">The number of its device: /dev/drbdMINOR.</param>
/// <param name="Disk">How the copy here is: "UpToDate".</param>
/// <param name="Replication">What is sent: "Established", "SyncSource"; empty if there is no connection.</param>
/// <param name="PeerDisk">How the peer's copy is, as far as this node knows.</param>
/// <param name="OutOfSyncBytes">What the two copies differ in.</param>
/// <param name="HasQuorum">9.x: a majority of its nodes agrees; true where the generation has no quorum.</param>
internal sealed record VolumeState(int Number, int Minor, string Disk, string Replication, string PeerDisk, long OutOfSyncBytes, bool HasQuorum)
{
    /// <summary>What was written to the disk here since it was attached; null if the kernel does not tell.</summary>
    public long? WrittenBytes { get; init; }

    /// <summary>The copy here holds all that this node knows of.</summary>
    public bool IsUpToDate => Disk == "UpToDate";

    /// <summary>False: the kernel does not tell what the two copies differ in.</summary>
    public bool IsDifferenceKnown { get; init; } = true;

    /// <summary>Both copies are whole and the same, and every write goes to both before it is acknowledged. A verification changes nothing in that.</summary>
    public bool IsMirrored => IsCalledMirrored && IsDifferenceKnown && OutOfSyncBytes == 0;

    /// <summary>The kernel calls both copies up to date, and they are not the same, or nobody knows: one of them may miss writes.</summary>
    public bool IsDifferent => IsCalledMirrored && !IsMirrored;

    /// <summary>The two copies are being compared.</summary>
    public bool IsVerifying => Replication is "VerifyS" or "VerifyT";

    /// <summary>The kernel neither compares nor copies anything: all that it does is to send writes, or there is no connection.</summary>
    public bool IsIdle => Replication is "" or "Off" or "Established";

    /// <summary>How much of what is under way is done, 0 to 1, as the kernel of 9.x tells it; null if it does not.</summary>
    public decimal? Done { get; init; }

    private bool IsCalledMirrored => IsUpToDate && PeerDisk == "UpToDate" && (Replication is "Established" or "VerifyS" or "VerifyT");
}
