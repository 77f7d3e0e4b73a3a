using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller.Wire;

namespace NodeAgent.Plugins.LinstorBackend.Controller;

/// <summary>
/// What a controller can be ordered. Done means that all satellites have done it. <see cref="FaultCode.TimedOut"/> and
/// <see cref="Retry.AfterLook"/>: it may have happened, or half of it.
/// </summary>
internal sealed class ControllerChanges(ControllerLink link)
{
    /// <summary>Makes a resource with one volume of a group, with copies on these nodes.</summary>
    public Task<Outcome> SpawnAsync(
        string group, string resource, long sizeKib, IReadOnlyList<string> nodes, IReadOnlyDictionary<string, string> props, string what, CancellationToken cancellation) =>
        OrderAsync(Ask.Post(Ask.To("resource-groups", group, "spawn"), new JsonObject
        {
            ["resource_definition_name"] = resource,
            ["volume_sizes"] = new JsonArray(JsonValue.Create(sizeKib)),
            ["select_filter"] = Filter(nodes),
            ["resource_definition_props"] = Props(props),
        }), what, cancellation);

    /// <summary>Makes the copies that a definition does not have yet on these nodes.</summary>
    public Task<Outcome> PlaceAsync(string resource, IReadOnlyList<string> nodes, string what, CancellationToken cancellation) =>
        OrderAsync(Ask.Post(Ask.To("resource-definitions", resource, "autoplace"), new JsonObject { ["select_filter"] = Filter(nodes) }), what, cancellation);

    public Task<Outcome> ResizeAsync(string resource, int volume, long sizeKib, string what, CancellationToken cancellation) =>
        OrderAsync(Ask.Put(Ask.To("resource-definitions", resource, "volume-definitions", Text(volume)), new JsonObject { ["size_kib"] = sizeKib }), what, cancellation);

    public Task<Outcome> DeleteAsync(string resource, string what, CancellationToken cancellation) => GoneAsync(Ask.To("resource-definitions", resource), what, cancellation);

    public Task<Outcome> DeleteVolumeAsync(string resource, int volume, string what, CancellationToken cancellation) =>
        GoneAsync(Ask.To("resource-definitions", resource, "volume-definitions", Text(volume)), what, cancellation);

    public Task<Outcome> SnapshotAsync(string resource, string snapshot, string what, CancellationToken cancellation) =>
        OrderAsync(Ask.Post(Ask.To("resource-definitions", resource, "snapshots"), new JsonObject { ["name"] = snapshot }), what, cancellation);

    /// <summary>Snapshots of several resources at one instant: writes to all of them wait meanwhile.</summary>
    public Task<Outcome> SnapshotTogetherAsync(IEnumerable<string> resources, string snapshot, string what, CancellationToken cancellation) =>
        OrderAsync(Ask.Post(Ask.To("actions", "snapshot", "multi"), new JsonObject
        {
            ["snapshots"] = new JsonArray([.. resources.Select(resource => new JsonObject { ["name"] = snapshot, ["resource_name"] = resource })]),
        }), what, cancellation);

    public Task<Outcome> DeleteSnapshotAsync(string resource, string snapshot, string what, CancellationToken cancellation) =>
        GoneAsync(Ask.To("resource-definitions", resource, "snapshots", snapshot), what, cancellation);

    /// <summary>All copies go back to a snapshot.</summary>
    public Task<Outcome> RollbackAsync(string resource, string snapshot, string what, CancellationToken cancellation) =>
        OrderAsync(Ask.Post(Ask.To("resource-definitions", resource, "snapshot-rollback", snapshot), new JsonObject()), what, cancellation);

    /// <summary>Makes a definition without volumes, for a snapshot to be restored to.</summary>
    public Task<Outcome> DefineAsync(string resource, string group, IReadOnlyDictionary<string, string> props, string what, CancellationToken cancellation) =>
        OrderAsync(Ask.Post(Ask.To("resource-definitions"), new JsonObject
        {
            ["resource_definition"] = new JsonObject { ["name"] = resource, ["resource_group_name"] = group, ["props"] = Props(props) },
        }), what, cancellation);

    public Task<Outcome> RestoreVolumesAsync(string resource, string snapshot, string target, string what, CancellationToken cancellation) =>
        OrderAsync(Ask.Post(Ask.To("resource-definitions", resource, "snapshot-restore-volume-definition", snapshot), new JsonObject { ["to_resource"] = target }), what, cancellation);

    public Task<Outcome> RestoreCopiesAsync(string resource, string snapshot, string target, IReadOnlyList<string> nodes, string what, CancellationToken cancellation) =>
        OrderAsync(Ask.Post(Ask.To("resource-definitions", resource, "snapshot-restore-resource", snapshot), new JsonObject
        {
            ["to_resource"] = target,
            ["nodes"] = Names(nodes),
        }), what, cancellation);

    private async Task<Outcome> OrderAsync(Ask ask, string what, CancellationToken cancellation)
    {
        var reply = await link.SendAsync(ask, what, cancellation);
        return reply.IsOk ? CallResults.Done(reply.Value, what) : reply.Fault;
    }

    // What is not there needs no deleting.
    private async Task<Outcome> GoneAsync(string path, string what, CancellationToken cancellation)
    {
        var gone = await OrderAsync(Ask.Delete(path), what, cancellation);
        return gone.Fault is { Code: FaultCode.NotFound } ? Outcome.Done : gone;
    }

    private static JsonObject Filter(IReadOnlyList<string> nodes) => new() { ["place_count"] = nodes.Count, ["node_name_list"] = Names(nodes) };

    private static JsonArray Names(IReadOnlyList<string> names) => new([.. names.Select(name => JsonValue.Create(name))]);

    private static JsonObject Props(IReadOnlyDictionary<string, string> props) => new(props.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, JsonValue.Create(entry.Value))));

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
