using System.Net;
using System.Text.Json;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Wire;

/// <summary>What a controller answered.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The body; undefined: there was none.</param>
/// <param name="From">Who answered.</param>
internal sealed record Reply(HttpStatusCode Status, JsonElement Body, Uri From)
{
    public bool IsGood => (int)Status is >= 200 and < 300;
}
