namespace NodeAgent.Contract;

/// <summary>A way from this node to parts of the peer's copy.</summary>
/// <param name="Leg">The <see cref="CopyLeg.Name"/> that it leads to; <see cref="AllLegs"/> if it carries all of them.</param>
/// <param name="Network">Which of the networks, as the backend counts or calls them; keeps <see cref="Names.Rule"/>.</param>
/// <param name="IsUp">True if it carries writes now.</param>
public sealed record CopyPath(string Leg, string Network, bool IsUp)
{
    /// <summary>The leg of a path that carries all of them.</summary>
    public const string AllLegs = "all";
}
