namespace NodeAgent.Daemon.Plugins.Loading;

/// <summary>Whether an unloaded plugin really went.</summary>
/// <param name="Plugin">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="IsProven">True if the runtime let go of it.</param>
/// <param name="Rounds">Garbage collections that took.</param>
public sealed record UnloadReport(string Plugin, string Version, bool IsProven, int Rounds);
