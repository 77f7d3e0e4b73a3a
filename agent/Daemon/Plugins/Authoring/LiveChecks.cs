using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Manifests;

namespace NodeAgent.Daemon.Plugins.Authoring;

/// <summary>Checks that run the backend, such as the conformance kit; given by who calls the verifier.</summary>
/// <param name="factory">The plugin's factory.</param>
/// <param name="manifest">Its manifest.</param>
/// <param name="cancellation">Stops the checks.</param>
public delegate Task<IReadOnlyList<VerifyLine>> LiveChecks(
    IBackendFactory factory, PluginManifest manifest, CancellationToken cancellation);
