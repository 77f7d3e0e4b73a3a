namespace NodeAgent.Daemon.Configuration.Yaml;

/// <summary>A key with its value; the place is the key's.</summary>
internal sealed record YamlEntry(string Key, Place Place, YamlNode Value);
