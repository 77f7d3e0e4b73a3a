namespace NodeAgent.Plugins.LinstorBackend.Choices;

/// <summary>What a volume's copy lies on.</summary>
/// <param name="Name">GROUP/VOLUME of LVM, or the dataset.</param>
/// <param name="IsZfs">True: ZFS; false: a thin volume of LVM.</param>
internal sealed record BackingVolume(string Name, bool IsZfs)
{
    /// <summary>How snapshots of what was given up are called, but for a number.</summary>
    public const string GivenUp = "nodeagent-given-up-";

    private const string ZfsDevices = "/dev/zvol/";

    /// <summary>The dataset that a device is the volume of; null: it is none of ZFS.</summary>
    public static string? DatasetOf(string device) =>
        device.StartsWith(ZfsDevices, StringComparison.Ordinal) && device.Length > ZfsDevices.Length ? device[ZfsDevices.Length..] : null;

    /// <summary>What its snapshot is called: of LVM without the group.</summary>
    public string Kept(string name) => IsZfs ? $"{Name}@{name}" : $"{Name[(Name.IndexOf('/', StringComparison.Ordinal) + 1)..]}-{name}";
}
