using System.CommandLine;
using System.CommandLine.Parsing;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>Reads a value from what was typed.</summary>
internal delegate bool Reader<T>(string text, out T value);

/// <summary>An option whose error says what is allowed.</summary>
internal class ReadOption<T> : Option<T>
{
    /// <param name="name">With its dashes.</param>
    /// <param name="form">What stands for the value in the help.</param>
    /// <param name="allowed">What is allowed, for an error.</param>
    /// <param name="reader">Reads it.</param>
    public ReadOption(string name, string form, string allowed, Reader<T> reader)
        : base(name)
    {
        HelpName = form;
        CustomParser = result => Read(result, allowed, reader);
    }

    private T? Read(ArgumentResult result, string allowed, Reader<T> reader)
    {
        string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (reader(text, out T value))
            return value;
        result.AddError($"'{text}' is not allowed for {Name}: {allowed}.");
        return default;
    }
}
