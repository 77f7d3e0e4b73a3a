namespace NodeAgent.Linux.Services;

/// <summary>Where the configuration of a guest lies.</summary>
/// <param name="Members">The cluster of Proxmox.</param>
/// <param name="Holders">The nodes in whose folder it is; never more than one in a real Proxmox, for a number is given once.</param>
/// <param name="Text">What it says; null if there is none, or more than one.</param>
public sealed record GuestPlace(ProxmoxMembers Members, IReadOnlyList<string> Holders, string? Text)
{
    /// <summary>True if it is on this node.</summary>
    public bool IsHere => Holders.Contains(Members.Self, StringComparer.Ordinal);
}
