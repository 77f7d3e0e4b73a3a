namespace NodeAgent.Plugins.LinstorBackend.Choices;

/// <summary>What a volume's copy lies on.</summary>
/// <param name="Name">GROUP/VOLUME of LVM, or the dataset.</param>
/// <param name="IsZfs">True: ZFS; false: a thin volume of LVM.</param>
internal sealed record BackingVolume(string Name, bool IsZfs)
{
    /// <summary>What its snapshot is called: of LVM without the group.</summary>
    public string Kept(string name) => IsZfs ? $"{Name}@{name}" : $"{Name[(Name.IndexOf('/', StringComparison.Ordinal) + 1)..]}-{name}";
}
