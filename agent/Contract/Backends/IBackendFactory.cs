namespace NodeAgent.Contract;

/// <summary>
/// The door of a plugin: the host makes one of it with its parameterless constructor. Must not touch the storage.
/// </summary>
public interface IBackendFactory
{
    /// <summary>The options that a backend of this kind takes.</summary>
    IReadOnlyList<BackendOption> Options { get; }

    /// <summary>Makes a backend. Looks at the options only; the storage is first looked at by <see cref="IBackend.ProbeAsync"/>.</summary>
    Outcome<IBackend> Create(BackendContext context);
}
