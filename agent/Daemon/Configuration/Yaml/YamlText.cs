namespace NodeAgent.Daemon.Configuration.Yaml;

/// <summary>A single value. Its type is decided by the schema, never guessed from its looks.</summary>
internal sealed record YamlText(Place Place, string Text, bool Plain) : YamlNode(Place)
{
    /// <summary>The values of earlier files that this one replaced.</summary>
    public IReadOnlyList<Place> Replaced { get; init; } = [];

    /// <summary>True for a key without a value: the same as a key that is not there.</summary>
    public bool IsNothing => Plain && Text is "" or "~" or "null";

    /// <inheritdoc/>
    public override string Kind => "a single value";
}
