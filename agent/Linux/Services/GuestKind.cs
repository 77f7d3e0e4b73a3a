namespace NodeAgent.Linux.Services;

/// <summary>What kind of guest Proxmox runs.</summary>
public enum GuestKind
{
    /// <summary>A virtual machine: <c>qm</c>.</summary>
    Machine = 0,

    /// <summary>A container: <c>pct</c>.</summary>
    Container = 1,
}
