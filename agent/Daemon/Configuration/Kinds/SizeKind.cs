namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>A number of bytes.</summary>
internal sealed class SizeKind(long least, long most) : FieldKind
{
    private static readonly (string Name, long Bytes)[] Units =
        [("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), (string.Empty, 1)];

    public override string Rule => $"size in bytes, {Text(least)} to {Text(most)}";

    public override Parsed Parse(string text)
    {
        if (Quantity.Split(text) is not { } quantity)
        {
            return Parsed.No($"'{text}' is not a size", "Write bytes, or a whole number and KiB, MiB, GiB or TiB");
        }

        var unit = Units.FirstOrDefault(candidate => candidate.Name == quantity.Unit);
        if (unit.Name is null)
        {
            return Parsed.No($"'{quantity.Unit}' is not a unit of size", $"Write KiB, MiB, GiB or TiB{Meant(quantity)}");
        }

        var bytes = Quantity.Times(quantity.Number, unit.Bytes);
        return bytes >= least && bytes <= most
            ? Parsed.Ok(bytes)
            : Parsed.No($"{text} is out of range", $"Write a size from {Text(least)} to {Text(most)}");
    }

    public override string Show(object value) => Text((long)value);

    private static string Meant((long Number, string Unit) quantity)
    {
        var letter = quantity.Unit[..1];
        var unit = Units.FirstOrDefault(unit => unit.Name.StartsWith(letter, StringComparison.OrdinalIgnoreCase)).Name;
        return string.IsNullOrEmpty(unit) ? string.Empty : $", such as {quantity.Number}{unit}";
    }

    private static string Text(long bytes)
    {
        var (name, factor) = Units.First(unit => bytes % unit.Bytes == 0);
        return $"{bytes / factor}{name}";
    }
}
