using System.Collections.Immutable;

namespace NodeAgent.Plugins.LinstorBackend.Controller;

/// <summary>Where LINSTOR's controllers are and what is made through them. Nothing that keeps a service running needs them.</summary>
/// <param name="Addresses">The controllers, in the order in which they are tried first.</param>
/// <param name="AuthorityFile">The only authorities whose certificates count, PEM; null: no address is https.</param>
/// <param name="TokenFile">Holds the bearer token; null: none is sent.</param>
/// <param name="ResourceGroup">What resources are spawned from.</param>
/// <param name="PlaceCount">How many copies are made.</param>
internal sealed record ControllerOptions(ImmutableArray<Uri> Addresses, string? AuthorityFile, string? TokenFile, string ResourceGroup, int PlaceCount)
{
    public const int MostControllers = 5;

    /// <summary>Copies where nothing else is asked for.</summary>
    public const int Copies = 2;
}
