using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins;

/// <summary>A plugin or a backend, by name.</summary>
public readonly record struct PluginSubject(SubjectKind Kind, string Name)
{
    /// <summary>A plugin.</summary>
    public static PluginSubject Plugin(string id) => new(SubjectKind.Plugin, id);

    /// <summary>A backend.</summary>
    public static PluginSubject Backend(BackendId id) => new(SubjectKind.Backend, id.Value);

    /// <summary>"plugin zfs" or "backend tank".</summary>
    public override string ToString() => Kind == SubjectKind.Plugin ? $"plugin {Name}" : $"backend {Name}";
}
