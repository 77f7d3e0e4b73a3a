namespace NodeAgent.Plugins.NvmeMirrorBackend.Initiators;

/// <summary>One path to a drive of the peer, as the kernel has it.</summary>
/// <param name="Controller">Its name: nvme3.</param>
/// <param name="Subsystem">The drive's NQN.</param>
/// <param name="Address">The peer's address.</param>
/// <param name="Host">The host NQN it was made with.</param>
/// <param name="State">The kernel's word: live, connecting, resetting, deleting.</param>
internal sealed record DrivePath(string Controller, string Subsystem, string Address, string Host, string State)
{
    /// <summary>The state of one that is there and cannot be read.</summary>
    public const string Unread = "unknown";

    /// <summary>Nobody knows whether it lives, holds writes or was given up; without its subsystem, nor to which drive it leads.</summary>
    public bool IsUnknown => State == Unread;

    public bool IsLive => State == "live";

    /// <summary>The kernel still tries it: what is written waits. In any other state that is not live it fails, and ZFS goes on.</summary>
    public bool IsTried => State is "connecting" or "resetting";

    public bool IsGoing => State.StartsWith("deleting", StringComparison.Ordinal);
}
