namespace NodeAgent.Daemon.Configuration;

/// <summary>What kind of thing a part of a service is.</summary>
internal enum PartKind
{
    /// <summary>A systemd unit.</summary>
    Systemd = 0,

    /// <summary>A resource agent.</summary>
    Ocf,

    /// <summary>A virtual machine of Proxmox.</summary>
    Machine,

    /// <summary>A container of Proxmox.</summary>
    Container,
}
