namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>A device of the pool.</summary>
/// <param name="Guid">ZFS's name for it.</param>
/// <param name="Partition">Its PARTUUID; null if it is none of ours.</param>
/// <param name="Mirror">The mirror it is in.</param>
/// <param name="State">ZFS's word: ONLINE, OFFLINE, FAULTED, UNAVAIL, REMOVED, DEGRADED.</param>
/// <param name="Errors">Read, write and checksum errors since they were cleared.</param>
/// <param name="Copied">Bytes that the running scan wrote to it.</param>
/// <param name="Corrupt">Of the errors those of checksums: it gave back what was never written.</param>
internal sealed record Leaf(string Guid, Guid? Partition, string Mirror, string State, long Errors, long Copied, long Corrupt)
{
    public bool IsOnline => State == "ONLINE";
}
