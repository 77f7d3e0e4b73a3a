using NodeAgent.Contract;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Api;

/// <summary>What failures would do to storage that is a cluster itself. From what was last seen: nothing is asked.</summary>
internal sealed class StorageEndpoints(Func<IEnumerable<BackendId>> backends, BackendWatch watch) : IApiEndpoints
{
    public void Map(ApiRoutes routes) => routes.Get("/v1/what-if/storage", _ => Task.FromResult(Outcome.Ok(Report())));

    internal StorageFailuresReport Report() => new([.. backends().Select(Line).OfType<StorageFailuresLine>()]);

    // A backend whose storage is no cluster is left out; one that did not answer, of which that is not known, says so.
    private StorageFailuresLine? Line(BackendId id) => watch.Find(id) switch
    {
        { Health: { IsOk: true } known } sight when known.Value.Cluster is { } cluster => new StorageFailuresLine(
            id, sight.RefreshedAt, cluster.Failures, cluster.Failures.Count > 0 ? null : "its monitors have no quorum: nobody knows how it is"),
        { Health: { IsOk: false } unknown } sight => new StorageFailuresLine(id, sight.RefreshedAt, [], unknown.Fault.ToString()),
        _ => null,
    };
}
