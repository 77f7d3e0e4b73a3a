using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Images;

namespace NodeAgent.Plugins.CephBackend.Volumes;

/// <summary>Named layouts, and what may be set over them.</summary>
internal static class Profiles
{
    private const int SmallestOrder = 16;
    private const int LargestOrder = 25;

    /// <summary>The layout of a volume to be made.</summary>
    public static Outcome<ImageLayout> Layout(VolumeSpec spec, CephOptions options, string what)
    {
        ImageLayout? layout = spec.Profile switch
        {
            // Small writes meet replicas; a cold image lies in the data pool, in larger objects.
            "hot" => new ImageLayout(22, 0, 1, null),
            "cold" => new ImageLayout(23, 0, 1, options.DataPool),
            "" => new ImageLayout(22, 0, 1, options.DataPool),
            _ => null,
        };
        layout = layout is null ? null : layout with { Features = options.Features };
        if (layout is null)
        {
            return Wrong(what, $"'{spec.Profile}' is not a profile", "Choose hot or cold.");
        }

        foreach (var (name, value) in spec.Properties)
        {
            if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                number = -1;
            }

            layout = (name, number) switch
            {
                ("object-order", >= SmallestOrder and <= LargestOrder) => layout! with { ObjectOrder = (int)number },
                ("stripe-unit", >= 4096 and <= 1 << LargestOrder) when long.IsPow2(number) => layout! with { StripeUnit = number },
                ("stripe-count", >= 1 and <= 64) => layout! with { StripeCount = number },
                _ => null,
            };
            if (layout is null)
            {
                return Wrong(
                    what, $"property '{name}' cannot be '{value}'",
                    "Properties are object-order (16 to 25), stripe-unit (a power of two from 4096) and stripe-count (1 to 64).");
            }
        }

        return layout!.StripeCount > 1 && (layout.StripeUnit == 0 || layout.StripeUnit > 1L << layout.ObjectOrder)
            ? Wrong(what, "more than one stripe needs a stripe-unit no larger than an object", "Give both stripe-unit and stripe-count.")
            : layout;
    }

    private static Fault Wrong(string what, string why, string next) => new(FaultCode.InvalidArgument, what, why, next, Retry.Never);
}
