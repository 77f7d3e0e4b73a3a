namespace NodeAgent.Lab.Drbd;

/// <summary>What a DRBD resource of the lab lies on.</summary>
public enum DrbdBelow
{
    /// <summary>A loop device over a file.</summary>
    Loop,

    /// <summary>A volume of ZFS, which can keep what a copy held before it gives way.</summary>
    Zfs,

    /// <summary>A target of device-mapper over the loop device, which can be told to fail.</summary>
    Mapper,
}
