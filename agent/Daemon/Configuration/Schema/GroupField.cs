namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>A group of fields.</summary>
internal sealed record GroupField(string Name, string Doc, IReadOnlyList<ConfigField> Fields) : ConfigField(Name, Doc);
