namespace NodeAgent.Daemon.Configuration.Yaml;

/// <summary>Keys with values. No key occurs twice.</summary>
internal sealed record YamlMap(Place Place, IReadOnlyList<YamlEntry> Entries) : YamlNode(Place)
{
    /// <inheritdoc/>
    public override string Kind => "a group of keys";

    /// <summary>The entry of that key, or null.</summary>
    public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);
}
