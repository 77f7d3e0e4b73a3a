namespace NodeAgent.Contract;

/// <summary>What a volume looks like to who uses it.</summary>
public enum VolumeKind
{
    /// <summary>A directory of files.</summary>
    Filesystem = 0,

    /// <summary>A block device, or a file that is used like one.</summary>
    Block,
}
