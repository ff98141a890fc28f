// What FluentValidation throws, by the name that it has there.
namespace FluentValidation;

internal sealed class ValidationException : Exception;
