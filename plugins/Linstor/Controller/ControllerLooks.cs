using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller.Seen;
using NodeAgent.Plugins.LinstorBackend.Controller.Wire;

namespace NodeAgent.Plugins.LinstorBackend.Controller;

/// <summary>What a controller can be asked without changing anything. An answer that is not understood whole is none.</summary>
internal sealed class ControllerLooks(ControllerLink link)
{
    /// <summary>The controller's version and that of its interface: "1.33.1 (REST 1.27.0)".</summary>
    public async Task<Outcome<string>> VersionAsync(string what, CancellationToken cancellation)
    {
        var reply = await AskAsync(Ask.To("controller", "version"), what, cancellation);
        return reply.IsOk ? Read(reply.Value, what, look => $"{look.Text("version")} (REST {look.Text("rest_api_version")})") : reply.Fault;
    }

    public Task<Outcome<IReadOnlyList<SeenNode>>> NodesAsync(string what, CancellationToken cancellation) => ListAsync(Ask.To("nodes"), what, SeenNode.Read, cancellation);

    public Task<Outcome<IReadOnlyList<SeenPool>>> PoolsAsync(string what, CancellationToken cancellation) =>
        ListAsync(Ask.To("view", "storage-pools"), what, SeenPool.Read, cancellation);

    public async Task<Outcome<IReadOnlyList<SeenDevice>>> DevicesAsync(string what, CancellationToken cancellation) =>
        (await ListAsync(Ask.To("physical-storage"), what, SeenDevice.ReadGroup, cancellation)).Map<IReadOnlyList<SeenDevice>>(groups => [.. groups.SelectMany(group => group)]);

    /// <summary>All groups, or one of them.</summary>
    public Task<Outcome<IReadOnlyList<SeenGroup>>> GroupsAsync(string? only, string what, CancellationToken cancellation) =>
        ListAsync(Ask.To("resource-groups") + (only is null ? "" : $"?{Ask.Query("resource_groups", only)}"), what, SeenGroup.Read, cancellation);

    /// <summary>Definitions of these resources with their volumes; those that are not there are left out.</summary>
    public Task<Outcome<IReadOnlyList<SeenDefinition>>> DefinitionsAsync(IEnumerable<string> names, string what, CancellationToken cancellation) =>
        ListAsync($"{Ask.To("resource-definitions")}?{Ask.Query("resource_definitions", names)}&with_volume_definitions=true", what, SeenDefinition.Read, cancellation);

    /// <summary>One definition; null: there is none. "Could not look" is never that.</summary>
    public async Task<Outcome<SeenDefinition?>> DefinitionAsync(string name, string what, CancellationToken cancellation) =>
        (await DefinitionsAsync([name], what, cancellation)).Map(all => all.FirstOrDefault(found => IsSame(found.Name, name)));

    /// <summary>These resources on every node that has them.</summary>
    public Task<Outcome<IReadOnlyList<SeenResource>>> ResourcesAsync(IEnumerable<string> names, string what, CancellationToken cancellation) =>
        ListAsync($"{Ask.To("view", "resources")}?{Ask.Query("resources", names)}", what, SeenResource.Read, cancellation);

    public Task<Outcome<IReadOnlyList<SeenSnapshot>>> SnapshotsAsync(string resource, string what, CancellationToken cancellation) =>
        ListAsync(Ask.To("resource-definitions", resource, "snapshots"), what, SeenSnapshot.Read, cancellation);

    /// <summary>Names are the same to LINSTOR in upper and lower case.</summary>
    public static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private async Task<Outcome<IReadOnlyList<T>>> ListAsync<T>(string path, string what, Func<JsonLook, T> read, CancellationToken cancellation)
    {
        var reply = await AskAsync(path, what, cancellation);

        // Nothing of what was asked for: a list without entries, in other words.
        return reply.IsOk ? Read<IReadOnlyList<T>>(reply.Value, what, look => [.. look.Items().Select(read)])
            : reply.Fault.Code == FaultCode.NotFound ? Outcome.Ok<IReadOnlyList<T>>([])
            : reply.Fault;
    }

    private async Task<Outcome<Reply>> AskAsync(string path, string what, CancellationToken cancellation)
    {
        var reply = await link.SendAsync(Ask.Look(path), what, cancellation);
        return reply is { IsOk: true, Value.IsGood: false } ? CallResults.Refused(reply.Value, what) : reply;
    }

    private static Outcome<T> Read<T>(Reply reply, string what, Func<JsonLook, T> read)
    {
        List<string> notes = [];
        var value = read(new JsonLook(reply.Body, "answer", notes));
        return notes.Count == 0 ? new Outcome<T>(value) : CallResults.Odd(what, reply, notes);
    }
}
