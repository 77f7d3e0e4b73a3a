using System.Globalization;

namespace NodeAgent.Plugins.ZfsBackend.Listing;

/// <summary>Reads typed properties of rows and remembers the first that is not what it should be.</summary>
internal sealed class RowReader
{
    public string? Wrong { get; private set; }

    /// <summary>A number; 0 if it is not there.</summary>
    public long Number(DatasetRow row, string property)
    {
        if (row.Text(property) is not { } text)
        {
            return 0;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Note(row, property, text);
        return 0;
    }

    /// <summary>A number that must be there.</summary>
    public long Required(DatasetRow row, string property)
    {
        if (row.Text(property) is null)
        {
            Note(row, property, "-");
        }

        return Number(row, property);
    }

    /// <summary>An identity: a number of up to 64 bits, kept as text.</summary>
    public string Guid(DatasetRow row)
    {
        var text = row.Text("guid") ?? "-";
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            Note(row, "guid", text);
        }

        return text;
    }

    /// <summary>"on" or "off".</summary>
    public bool Switch(DatasetRow row, string property)
    {
        var text = row.Text(property) ?? "-";
        if (text is not ("on" or "off" or "yes" or "no"))
        {
            Note(row, property, text);
        }

        return text is "on" or "yes";
    }

    /// <summary>Seconds since 1970 as a time.</summary>
    public DateTimeOffset Time(DatasetRow row, string property) => Moment(row, property, Required(row, property), 1000);

    /// <summary>Milliseconds since 1970 as a time; null if it is not there.</summary>
    public DateTimeOffset? Milliseconds(DatasetRow row, string property) =>
        row.Text(property) is null ? null : Moment(row, property, Number(row, property), 1);

    private DateTimeOffset Moment(DatasetRow row, string property, long value, long scale)
    {
        // Beyond the year 9999 it cannot be a time.
        if (value <= 253_402_300_799_000 / scale)
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(value * scale);
        }

        Note(row, property, row.Text(property) ?? "-");
        return DateTimeOffset.UnixEpoch;
    }

    public void Note(DatasetRow row, string property, string text) =>
        Wrong ??= $"'{row.Name}' has {property}='{text}', which cannot be read";
}
