namespace NodeAgent.Daemon.Configuration.Yaml;

/// <summary>A list.</summary>
internal sealed record YamlList(Place Place, IReadOnlyList<YamlNode> Items) : YamlNode(Place)
{
    /// <inheritdoc/>
    public override string Kind => "a list";
}
