namespace NodeAgent.Daemon.Configuration;

/// <summary>Where storage backends come from.</summary>
/// <param name="Path">Folder with one folder for each plugin.</param>
/// <param name="RequireRootOwned">Refuse files that others than root could have written.</param>
internal sealed record PluginsConfig(string Path, bool RequireRootOwned);
