namespace NodeAgent.Daemon.Plugins;

/// <summary>A version of a plugin that was told to go.</summary>
/// <param name="Context">Dead when it is gone.</param>
/// <param name="Version">Its version.</param>
internal sealed record Unloading(WeakReference Context, string Version);
