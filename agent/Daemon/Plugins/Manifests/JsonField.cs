namespace NodeAgent.Daemon.Plugins.Manifests;

internal sealed record JsonField(string Name, int Line, JsonSpot Value);
