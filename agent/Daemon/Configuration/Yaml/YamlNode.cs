namespace NodeAgent.Daemon.Configuration.Yaml;

/// <summary>A value in a configuration file, with its place.</summary>
internal abstract record YamlNode(Place Place)
{
    /// <summary>What it is, in words for messages.</summary>
    public abstract string Kind { get; }
}
