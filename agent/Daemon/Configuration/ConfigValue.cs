using NodeAgent.Daemon.Configuration.Yaml;

namespace NodeAgent.Daemon.Configuration;

/// <summary>A field that was understood.</summary>
/// <param name="Value">What it means.</param>
/// <param name="Text">The one way to write it.</param>
/// <param name="Node">Where it stands.</param>
internal sealed record ConfigValue(object Value, string Text, YamlText Node);
