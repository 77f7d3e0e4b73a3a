namespace NodeAgent.Plugins.ZfsBackend.Listing;

/// <summary>A line of <c>zfs list</c>: a dataset, snapshot or bookmark with the properties asked for, as text.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Type">FILESYSTEM, VOLUME, SNAPSHOT or BOOKMARK.</param>
/// <param name="Properties">The values; "-" and "none" are left out.</param>
internal sealed record DatasetRow(string Name, string Type, IReadOnlyDictionary<string, string> Properties)
{
    public string Dataset => Name.Split('@', '#')[0];

    public string Short => Name[(Name.IndexOfAny(['@', '#']) + 1)..];

    public string? Text(string property) => Properties.GetValueOrDefault(property);
}
