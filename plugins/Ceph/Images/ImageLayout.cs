namespace NodeAgent.Plugins.CephBackend.Images;

/// <summary>How an image is cut into objects.</summary>
/// <param name="ObjectOrder">Objects have 2 to this power bytes.</param>
/// <param name="StripeUnit">Bytes in a row on one object; counts if there is more than one stripe.</param>
/// <param name="StripeCount">Objects over which stripes go.</param>
/// <param name="DataPool">Where the data lies; null for the image's own pool.</param>
internal sealed record ImageLayout(int ObjectOrder, long StripeUnit, long StripeCount, string? DataPool)
{
    /// <summary>Features besides striping.</summary>
    public ulong Features { get; init; } = Native.Rbd.Features;
}
