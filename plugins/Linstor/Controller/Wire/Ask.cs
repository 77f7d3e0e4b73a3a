using System.Text.Json.Nodes;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Wire;

/// <summary>One call of a controller.</summary>
/// <param name="Method">GET looks; everything else changes something.</param>
/// <param name="Path">Path and query, escaped.</param>
/// <param name="Body">What is sent; null: nothing.</param>
/// <param name="Deadline">How long one controller may take.</param>
internal sealed record Ask(HttpMethod Method, string Path, JsonNode? Body, TimeSpan Deadline)
{
    private static readonly TimeSpan LookDeadline = TimeSpan.FromSeconds(10);

    // LINSTOR answers when its satellites have done it.
    private static readonly TimeSpan ChangeDeadline = TimeSpan.FromMinutes(2);

    public bool IsChange => Method != HttpMethod.Get;

    public static Ask Look(string path) => new(HttpMethod.Get, path, null, LookDeadline);

    public static Ask Post(string path, JsonNode body) => new(HttpMethod.Post, path, body, ChangeDeadline);

    public static Ask Put(string path, JsonNode body) => new(HttpMethod.Put, path, body, ChangeDeadline);

    public static Ask Delete(string path) => new(HttpMethod.Delete, path, null, ChangeDeadline);

    /// <summary>A path of segments, each escaped.</summary>
    public static string To(params IEnumerable<string> segments) => "/v1/" + string.Join('/', segments.Select(Uri.EscapeDataString));

    /// <summary>A query that names one key several times.</summary>
    public static string Query(string key, params IEnumerable<string> values) => string.Join('&', values.Select(value => $"{key}={Uri.EscapeDataString(value)}"));
}
