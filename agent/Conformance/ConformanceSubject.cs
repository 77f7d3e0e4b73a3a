using NodeAgent.Contract;

namespace NodeAgent.Conformance;

/// <summary>The backend under test, as a factory: the kit opens it several times, as several nodes would.</summary>
public sealed record ConformanceSubject
{
    /// <summary>What it is called in the report: "directory".</summary>
    public required string Name { get; init; }

    /// <summary>A folder of the kit's own; everything below it may be deleted.</summary>
    public required string ScratchFolder { get; init; }

    /// <summary>
    /// Opens the backend on a seat. The same storage again must show the same units, as after a restart; another
    /// storage must share nothing with it. Commands must be run through <see cref="Seating.Wrap"/>.
    /// </summary>
    public required Func<Seating, CancellationToken, Task<Outcome<IBackend>>> OpenAsync { get; init; }

    /// <summary>
    /// Opens a block volume as a service would; by default the file or device at its path. For backends whose volumes
    /// cannot be devices where the kit runs. A refusal is an <see cref="IOException"/>.
    /// </summary>
    public Func<IBackend, Volume, FileAccess, CancellationToken, Task<Stream>> OpenBlockAsync { get; init; } =
        (_, volume, access, _) => Task.FromResult<Stream>(
            new FileStream(volume.Path!, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>The size of the volumes that are made, in bytes; small keeps the run short.</summary>
    public long VolumeBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The clock that backends and budgets go by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
