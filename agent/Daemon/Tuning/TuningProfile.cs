namespace NodeAgent.Daemon.Tuning;

/// <summary>Parameters of the ZFS module that go together.</summary>
/// <param name="Name">What operators call it.</param>
/// <param name="Purpose">What it is for, and what it costs.</param>
/// <param name="Settings">What it sets; everything else stays as it is.</param>
internal sealed record TuningProfile(string Name, string Purpose, IReadOnlyList<Setting> Settings);
