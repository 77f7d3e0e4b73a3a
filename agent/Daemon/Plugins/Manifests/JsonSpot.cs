using System.Text.Json;

namespace NodeAgent.Daemon.Plugins.Manifests;

/// <summary>A JSON value that knows its line. System.Text.Json's own documents forget where a value stood.</summary>
internal sealed record JsonSpot(int Line, JsonTokenType Kind, string Text)
{
    public IReadOnlyList<JsonField> Fields { get; init; } = [];

    public IReadOnlyList<JsonSpot> Items { get; init; } = [];
}
